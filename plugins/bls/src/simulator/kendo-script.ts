/**
 * The two widgets of Kendo UI that the real form is made of, as far as a form sees them (docs.telerik.com, DropDownList and DatePicker): they are
 * reached by `jQuery(input).data(name)`, stand over an input that is hidden, take only what their list or their bounds hold, and tell nobody of what a
 * script sets unless `change` is triggered.
 */
export const KENDO_SCRIPT = `
(() => {
  const known = new WeakMap();
  class Widget {
    constructor(element, options) {
      this.element = element; this.options = options; this.handlers = [];
      if (options.change) this.bind('change', options.change);
    }
    bind(event, handler) { this.handlers.push(handler); return this; }
    trigger(event) { for (const handler of this.handlers) handler.call(this, { sender: this }); }
    wrap(className, inside) {
      const span = document.createElement('span');
      span.className = className;
      this.element.replaceWith(span);
      span.append(...inside, this.element);
      return span;
    }
  }
  class DropDownList extends Widget {
    constructor(element, options) {
      super(element, options);
      element.style.display = 'none'; element.dataset.role = 'dropdownlist';
      const inner = document.createElement('span');
      inner.className = 'k-input-inner';
      inner.innerHTML = '<span class="k-input-value-text"></span>';
      const wrapper = this.wrap('k-picker k-dropdownlist', [inner]);
      wrapper.setAttribute('role', 'combobox');
      this.shown = inner.firstChild;
      this.shown.textContent = options.optionLabel;
      this.setDataSource([]);
    }
    setDataSource(items) { this.dataSource = { data: () => items }; }
    dataItem() { return this.dataSource.data().find((one) => one[this.options.dataValueField] === this.element.value); }
    text() { return this.shown.textContent; }
    value(value) {
      if (value === undefined) return this.element.value;
      const item = this.dataSource.data().find((one) => one[this.options.dataValueField] === value);
      if (!item && value !== '') return;
      this.element.value = value;
      this.shown.textContent = item ? item[this.options.dataTextField] : this.options.optionLabel;
    }
  }
  const iso = (day) => [day.getFullYear(), day.getMonth() + 1, day.getDate()].map((n) => String(n).padStart(2, '0')).join('-');
  class DatePicker extends Widget {
    constructor(element, options) {
      super(element, options);
      element.dataset.role = 'datepicker'; element.classList.add('k-input-inner');
      this.wrap('k-datepicker k-input', []);
      this.day = null;
    }
    value(day) {
      if (day === undefined) return this.day;
      this.day = day instanceof Date && !Number.isNaN(day.getTime()) && day <= this.options.max ? day : null;
      this.element.value = this.day ? iso(this.day) : '';
    }
  }
  const make = (name, Kind) => function (options) { known.set(this.element, { [name]: new Kind(this.element, options) }); return this; };
  class Query {
    constructor(element) { this.element = element; }
    data(name) { return known.get(this.element)?.[name]; }
    val() { return this.element.value; }
  }
  Query.prototype.kendoDropDownList = make('kendoDropDownList', DropDownList);
  Query.prototype.kendoDatePicker = make('kendoDatePicker', DatePicker);
  window.jQuery = (what) => new Query(typeof what === 'string' ? document.querySelector(what) : what);
})();
`;
